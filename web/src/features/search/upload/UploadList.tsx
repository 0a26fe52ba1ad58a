import { ActionIcon, Button, Group, Progress, Text } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { countText } from "../../../ui/format";
import { JobOutcome } from "./JobOutcome";
import classes from "./UploadList.module.css";
import type { Upload } from "./uploadQueue";
import { uploadQueue, useUploads } from "./useUploads";

/** Transfers under way and those that need a word: failures, and what became of added files. */
export function UploadList() {
  const uploads = useUploads().filter((upload) => !isDoneQuietly(upload));
  if (uploads.length === 0) return null;
  return (
    <ul className={classes.list} aria-label="File transfers">
      {uploads.map((upload) => (
        <li key={upload.key} className={classes.item}>
          <UploadItem upload={upload} />
        </li>
      ))}
    </ul>
  );
}

function isDoneQuietly(upload: Upload): boolean {
  return upload.purpose.kind === "search" && upload.state === "sent";
}

function UploadItem({ upload }: { upload: Upload }) {
  const name = nameOf(upload);
  const running = upload.state === "waiting" || upload.state === "sending";
  return (
    <>
      <Group gap="sm" wrap="nowrap">
        <Text size="sm" fw={600} truncate flex={1} title={name}>
          {name}
        </Text>
        <Text size="sm" c="dimmed" role="status">
          {statusText(upload)}
        </Text>
        {(upload.state === "failed" || upload.state === "cancelled") && (
          <Button size="compact-xs" variant="default" onClick={() => uploadQueue.retry(upload.key)}>
            Try again
          </Button>
        )}
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`${running ? "Cancel" : "Dismiss"} ${name}`}
          onClick={() => (running ? uploadQueue.cancel(upload.key) : uploadQueue.dismiss(upload.key))}
        >
          <IconX size={16} />
        </ActionIcon>
      </Group>
      {running && (
        <Progress
          value={upload.progress * 100}
          size="xs"
          aria-label={`${name}: sent`}
          animated={upload.progress >= 1}
        />
      )}
      {upload.error && <FailureText upload={upload} />}
      {upload.jobId && <JobOutcome jobId={upload.jobId} />}
    </>
  );
}

function FailureText({ upload }: { upload: Upload }) {
  const { error } = upload;
  return (
    <Text size="sm" role="alert">
      {error?.message} {advice(upload)}
      {error?.requestId && (
        <Text component="span" size="xs" c="dimmed">
          {" "}
          Request {error.requestId}
        </Text>
      )}
    </Text>
  );
}

function advice({ error, purpose }: Upload): string {
  if (error?.code === "OFFLINE") return "The file is still here: try again once the server answers.";
  return purpose.kind === "add" ? "Nothing of it was added." : "Nothing was stored.";
}

function nameOf({ files, purpose }: Upload): string {
  const [first] = files;
  const what = files.length === 1 && first ? first.name : countText(files.length, "file");
  return purpose.kind === "add" ? `${what} → ${purpose.dataset}` : what;
}

function statusText({ state, progress, purpose }: Upload): string {
  if (state === "waiting") return "Waiting";
  if (state === "cancelled") return "Cancelled";
  if (state === "failed") return "Not taken";
  if (state === "sent") return "Sent";
  if (progress < 1) return `Sending, ${Math.round(progress * 100)} %`;
  return purpose.kind === "search" ? "Reading the picture" : "Handing over";
}
