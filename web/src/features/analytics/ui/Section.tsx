import { Button, Group, Loader, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { asApiError } from "../../../api/errors";
import { ErrorNotice } from "../../../ui/ErrorNotice";
import { useSlow } from "../../search/results/useSlow";
import { type About, download, type Rows, toCsv, toJson, toParquet } from "../logic/exportFile";
import classes from "./Section.module.css";
import { Waiting } from "../../../ui/Waiting";

export type ExportFile = { name: string; rows: Rows; about: About };
type Props = {
  title: string;
  /** What is counted, out of how many. */
  totals: ReactNode;
  controls?: ReactNode;
  /** How the numbers are made. */
  method: ReactNode;
  file: ExportFile | null;
  answer: { isPending: boolean; isPlaceholderData: boolean; error: Error | null; refetch: () => unknown };
  children: ReactNode;
};

/** One chart with its totals, its table, its files, and how its numbers are made. */
export function Section({ title, totals, controls, method, file, answer, children }: Props) {
  const id = useId();
  const { isPending, isPlaceholderData, error } = answer;
  return (
    <section className={classes.section} aria-labelledby={id} aria-busy={isPending || isPlaceholderData}>
      <div className={classes.header}>
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        <Group gap="xs" className={classes.files ?? ""}>
          {isPlaceholderData && <Waiting size="xs" label="Counting again" />}
          <FileButton title={title} format="csv" file={isPlaceholderData ? null : file} />
          <FileButton title={title} format="json" file={isPlaceholderData ? null : file} />
          <FileButton title={title} format="parquet" file={isPlaceholderData ? null : file} />
        </Group>
      </div>
      {controls && <div className={classes.controls}>{controls}</div>}
      {error && <ErrorNotice error={error} onRetry={() => void answer.refetch()} />}
      {isPending && !error && <Counting />}
      {!isPending && !error && (
        <>
          <Text size="sm" component="div" className={classes.totals ?? ""}>
            {totals}
          </Text>
          <div className={classes.body} data-older={isPlaceholderData || undefined}>
            {children}
          </div>
          <details className={classes.method}>
            <summary>How these numbers are made</summary>
            <div className={classes.methodText}>{method}</div>
          </details>
        </>
      )}
    </section>
  );
}

function Counting() {
  const isSlow = useSlow(true);
  return (
    <Text size="sm" c="dimmed" role="status" className={classes.waiting ?? ""}>
      <Loader size="xs" aria-hidden /> {isSlow ? "Still counting. A large archive takes some seconds." : "Counting…"}
    </Text>
  );
}

const FORMATS = {
  csv: { name: "CSV", write: (rows: Rows, about: About) => new Blob([toCsv(rows, about)], { type: "text/csv;charset=utf-8" }) },
  json: { name: "JSON", write: (rows: Rows, about: About) => new Blob([toJson(rows, about)], { type: "application/json" }) },
  parquet: { name: "Parquet", write: toParquet },
};

type FileProps = { title: string; format: keyof typeof FORMATS; file: ExportFile | null };

function FileButton({ title, format, file }: FileProps) {
  const { name, write } = FORMATS[format];
  const { mutate, isPending } = useMutation({
    mutationFn: async ({ name: base, rows, about }: ExportFile) => {
      download(`${base}.${format}`, await write(rows, { ...about, made_at: new Date().toISOString() }));
    },
    onError: (error) =>
      notifications.show({ color: "red", title: "Nothing was saved", message: asApiError(error).message }),
  });
  return (
    <Button
      size="compact-sm"
      variant="default"
      disabled={!file}
      leftSection={<IconDownload size={14} aria-hidden="true" />}
      loading={isPending}
      aria-label={`${title}: save as ${name}`}
      onClick={() => file && mutate(file)}
    >
      {name}
    </Button>
  );
}
