import { Anchor, Group, Table, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { Waiting } from "../../ui/Waiting";
import { countText } from "../../ui/format";
import { ErrorNotice } from "../../ui/ErrorNotice";
import classes from "./CasePage.module.css";
import { matchingElements } from "./headerSearch";
import { headerQuery } from "./queries";

type Props = { instanceUid: string | null };

/** De-identified header of the image that is shown. */
export function HeaderTable({ instanceUid }: Props) {
  if (!instanceUid) return <Text c="dimmed">There is no image whose header could be shown.</Text>;
  return <Elements instanceUid={instanceUid} />;
}

function Elements({ instanceUid }: { instanceUid: string }) {
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text);
  const { data, error, refetch } = useQuery(headerQuery(instanceUid));
  if (error) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return <Waiting size="sm" label="Loading the header" />;
  if (data.header.length === 0) {
    return <Text c="dimmed">The stored file, and with it the header, was not kept.</Text>;
  }
  const found = matchingElements(data.header, wanted);
  return (
    <>
      <TextInput
        aria-label="Search the header"
        placeholder="Name, tag or value"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Group justify="space-between" my={6}>
        <Text size="xs" c="dimmed" role="status">
          {countText(found.length, "element")}, without identity
        </Text>
        {data.original && (
          <Anchor href={data.original} size="xs" download>
            Download the file
          </Anchor>
        )}
      </Group>
      <Table className={classes.elements} verticalSpacing={4} horizontalSpacing={6} striped>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Element</Table.Th>
            <Table.Th scope="col">Value</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {found.map(({ tag, keyword, vr, value }, row) => (
            <Table.Tr key={`${tag}${row}`}>
              <Table.Th scope="row" fw={400}>
                {keyword || "Private"}
                <Text component="span" size="xs" c="dimmed" display="block">
                  {tag} {vr}
                </Text>
              </Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
