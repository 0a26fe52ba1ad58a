import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { asApiError } from "../../../api/errors";
import { request } from "../../../api/http";
import type { SearchInput } from "../../../gql/graphql";

type Format = "csv" | "jsonl";
type Props = { input: SearchInput; disabled: boolean };

/** All hits, not only those on the screen, as a file with the query in it. */
export function ExportMenu({ input, disabled }: Props) {
  const { mutate, isPending } = useMutation({
    mutationFn: (format: Format) => download(format, input),
    onError: (error) =>
      notifications.show({ color: "red", title: "Nothing was exported", message: asApiError(error).message }),
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          loading={isPending}
          disabled={disabled}
          leftSection={<IconDownload size={16} aria-hidden="true" />}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => mutate("csv")}>CSV, for spreadsheets</Menu.Item>
        <Menu.Item onClick={() => mutate("jsonl")}>JSON lines, for programs</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

async function download(format: Format, search: SearchInput): Promise<void> {
  const response = await request("/api/export", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ format, search }),
  });
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = `similis.${format}`;
  link.click();
  URL.revokeObjectURL(url);
}
