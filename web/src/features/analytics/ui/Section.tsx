import { Button, Group, Loader, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { type ReactNode, useId } from "react";
import { ErrorNotice } from "../../../ui/ErrorNotice";
import { useSlow } from "../../search/results/useSlow";
import { type About, download, type Rows, toCsv, toJson } from "../logic/exportFile";
import classes from "./Section.module.css";

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
          {isPlaceholderData && <Loader size="xs" aria-label="Counting again" />}
          <FileButton title={title} format="csv" file={isPlaceholderData ? null : file} />
          <FileButton title={title} format="json" file={isPlaceholderData ? null : file} />
        </Group>
      </div>
      {controls && <div className={classes.controls}>{controls}</div>}
      {error && <ErrorNotice error={error} onRetry={() => void answer.refetch()} />}
      {isPending && !error && <Waiting />}
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

function Waiting() {
  const isSlow = useSlow(true);
  return (
    <Text size="sm" c="dimmed" role="status" className={classes.waiting ?? ""}>
      <Loader size="xs" aria-hidden /> {isSlow ? "Still counting. A large archive takes some seconds." : "Counting…"}
    </Text>
  );
}

type FileProps = { title: string; format: "csv" | "json"; file: ExportFile | null };

function FileButton({ title, format, file }: FileProps) {
  const save = () => {
    if (!file) return;
    const about = { ...file.about, made_at: new Date().toISOString() };
    if (format === "csv") download(`${file.name}.csv`, "text/csv;charset=utf-8", toCsv(file.rows, about));
    else download(`${file.name}.json`, "application/json", toJson(file.rows, about));
  };
  return (
    <Button
      size="compact-sm"
      variant="default"
      disabled={!file}
      leftSection={<IconDownload size={14} aria-hidden="true" />}
      aria-label={`${title}: save as ${format.toUpperCase()}`}
      onClick={save}
    >
      {format.toUpperCase()}
    </Button>
  );
}
