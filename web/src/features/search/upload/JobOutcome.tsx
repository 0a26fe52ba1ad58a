import { Anchor, Button, Group, Progress, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link } from "react-router";
import { execute } from "../../../api/graphql";
import type { Outcome, UploadJobQuery } from "../../../gql/graphql";
import { asApiError } from "../../../api/errors";
import { countText } from "../../../ui/format";
import { CANCEL_JOB, JOB } from "../documents";
import classes from "./UploadList.module.css";

const POLL_MS = 1000;
type Job = UploadJobQuery["job"];

const TOLD: Record<Outcome, string> = {
  INDEXED: "added",
  ATTACHED: "attached to its case",
  DUPLICATE: "already there",
  CONFLICT: "not added: it contradicts what is there",
  REFUSED: "refused",
};

/** How far an addition is and, file by file, what became of it. */
export function JobOutcome({ jobId }: { jobId: string }) {
  const client = useQueryClient();
  const { data: job, error } = useQuery({
    queryKey: ["job", jobId],
    queryFn: async ({ signal }) => (await execute(JOB, { id: jobId }, signal)).job,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : POLL_MS),
    staleTime: 0,
  });
  const cancel = useMutation({ mutationFn: () => execute(CANCEL_JOB, { id: jobId }) });
  const isDone = job ? isOver(job) : false;
  useEffect(() => {
    // What was added may be hits and counts of what is on the screen.
    if (isDone) void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "job" });
  }, [client, isDone]);

  if (error && !job) return <Text size="sm" role="alert">{asApiError(error).message}</Text>;
  if (!job) return null;
  return (
    <>
      <Group gap="sm" role="status">
        <Text size="sm">{summary(job)}</Text>
        {!isDone && (
          <Button
            size="compact-xs"
            variant="default"
            loading={cancel.isPending}
            onClick={() => cancel.mutate()}
          >
            Stop
          </Button>
        )}
      </Group>
      {!isDone && (
        <Progress
          size="xs"
          aria-label="Files read"
          value={job.total ? (100 * job.done) / job.total : 0}
        />
      )}
      <Outcomes files={job.files} />
    </>
  );
}

function Outcomes({ files }: { files: Job["files"] }) {
  const known = files.filter(({ outcome }) => outcome !== null);
  if (known.length === 0) return null;
  return (
    <ul className={classes.outcomes} aria-label="What became of each file">
      {known.map(({ name, outcome, message, reason, studyUid }, place) => (
        <li key={place} className={isBad(outcome) ? classes.bad : undefined}>
          {name}: {outcome && TOLD[outcome]}
          {message && ` – ${message}`}
          {reason && ` (${reason})`}
          {studyUid && (
            <>
              {" "}
              <Anchor component={Link} to={`/case/${studyUid}`} size="sm" underline="always">
                open<span className={classes.unseen}> the case of {name}</span>
              </Anchor>
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

function isOver({ state }: Job): boolean {
  return state === "DONE" || state === "FAILED" || state === "CANCELLED";
}

function isBad(outcome: Outcome | null): boolean {
  return outcome === "REFUSED" || outcome === "CONFLICT";
}

function summary(job: Job): string {
  if (job.state === "FAILED") return job.error ?? "The addition failed; what was added before is kept.";
  if (job.state === "QUEUED") return "Waiting for its turn";
  if (job.state === "RUNNING") return `Reading ${job.done} of ${job.total}`;
  const refused = job.files.filter(({ outcome }) => isBad(outcome)).length;
  const taken = countText(job.files.length - refused, "file");
  const end = job.state === "CANCELLED" ? "Stopped" : "Done";
  return refused ? `${end}: ${taken} taken, ${refused} refused` : `${end}: ${taken} taken`;
}
