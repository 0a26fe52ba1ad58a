import { Button, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useParams } from "react-router";
import { asApiError } from "../../api/errors";
import { ErrorNotice } from "../../ui/ErrorNotice";
import { CaseView } from "./CaseView";
import classes from "./CasePage.module.css";
import { caseQuery } from "./queries";
import { useCaseUrl } from "./useCaseUrl";

/** One case: its pictures, its report, and what else is known of it. */
export default function CasePage() {
  const { studyUid = "" } = useParams();
  const navigation = useCaseUrl();
  const { from } = navigation.url;
  const text = useMemo(() => new URLSearchParams(from).get("q") ?? "", [from]);
  const { data, error, refetch, isPlaceholderData } = useQuery(caseQuery(studyUid, text));
  if (data) return <CaseView data={data} changing={isPlaceholderData} navigation={navigation} />;
  return (
    <main id="main" className={classes.alone}>
      {error ? (
        <NoCase error={error} onRetry={() => void refetch()} onBack={navigation.back} />
      ) : (
        <Group aria-live="polite">
          <Loader size="sm" aria-hidden />
          <Text>Opening the case…</Text>
        </Group>
      )}
    </main>
  );
}

type NoCaseProps = { error: Error; onRetry: () => void; onBack: () => void };

function NoCase({ error, onRetry, onBack }: NoCaseProps) {
  const missing = asApiError(error).code === "NOT_FOUND";
  return (
    <Stack align="flex-start">
      <Title order={1} size="h2">
        {missing ? "This case is not in the archive" : "This case could not be opened"}
      </Title>
      {missing ? (
        <Text>It may have been erased, or you may not see its dataset.</Text>
      ) : (
        <ErrorNotice error={error} onRetry={onRetry} />
      )}
      <Button variant="default" onClick={onBack}>
        Back to the search
      </Button>
    </Stack>
  );
}
