import { Button, Group, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { aboutQuery } from "../../api/about";
import { WITHDRAW_ANNOTATION } from "../../api/annotations";
import { execute } from "../../api/graphql";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { dateText } from "../../ui/format";
import type { CaseData } from "./queries";

type Annotation = CaseData["annotations"][number];
type Props = { studyUid: string; annotations: readonly Annotation[] };

const KINDS: Readonly<Record<string, string>> = {
  not_useful: "Not useful as a hit",
  finding: "Correction of a finding",
  contour: "Correction of a contour or beat",
};

/** What people said of a case; one's own can be taken back. */
export function Annotations({ studyUid, annotations }: Props) {
  const { data } = useQuery(aboutQuery);
  const client = useQueryClient();
  const takeBack = useMutation({
    mutationFn: (id: string) => execute(WITHDRAW_ANNOTATION, { id, studyUid }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["case", studyUid] }),
  });
  if (annotations.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Nobody has said anything yet.
      </Text>
    );
  }
  return (
    <>
      {takeBack.error && <ErrorNotice error={takeBack.error} />}
      {annotations.map((one) => (
        <div key={one.annotationId}>
          <Group gap="xs" justify="space-between">
            <Text size="sm" {...(one.withdrawn && { td: "line-through" })}>
              {KINDS[one.kind] ?? one.kind}
            </Text>
            {!one.withdrawn && one.author === data?.me.name && (
              <Button
                size="compact-xs"
                variant="default"
                loading={takeBack.isPending && takeBack.variables === one.annotationId}
                onClick={() => takeBack.mutate(one.annotationId)}
              >
                Take back
              </Button>
            )}
          </Group>
          {one.comment && <Text size="sm">{one.comment}</Text>}
          <Text size="xs" c="dimmed">
            {one.author}, {dateText(one.at.slice(0, 10))}
            {one.withdrawn ? ", taken back" : ""}
          </Text>
        </div>
      ))}
    </>
  );
}
