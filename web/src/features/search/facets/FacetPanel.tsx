import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { SearchInput } from "../../../gql/graphql";
import { facetsQuery } from "../queries";
import type { ChangeConditions, Condition } from "../state/conditions";
import { FacetGroup } from "./FacetGroup";
import classes from "./FacetPanel.module.css";
import { isUseful } from "./facetLogic";

type Props = {
  input: SearchInput;
  conditions: readonly Condition[];
  onChange: ChangeConditions;
  children?: ReactNode;
};

/** Filters with how many cases each would show, and what else there is to choose below them. */
export function FacetPanel({ input, conditions, onChange, children }: Props) {
  const { data, isPending, isError, refetch } = useQuery(facetsQuery(input));
  if (isPending) return <FacetSkeleton />;
  if (isError && !data) {
    return (
      <Stack gap="xs" align="flex-start">
        <Text size="sm" c="dimmed">
          The filters could not be counted.
        </Text>
        <Button size="xs" variant="default" onClick={() => void refetch()}>
          Try again
        </Button>
      </Stack>
    );
  }
  return (
    <div className={classes.panel}>
      {data
        .filter((facet) => isUseful(facet, conditions))
        .map((facet) => (
          <FacetGroup key={facet.name} facet={facet} conditions={conditions} onChange={onChange} />
        ))}
      {children}
    </div>
  );
}

function FacetSkeleton() {
  return (
    <Stack gap="lg" aria-hidden="true">
      {[4, 3, 5].map((lines) => (
        <Stack key={lines} gap="xs">
          <Skeleton h={14} w="40%" />
          {Array.from({ length: lines }, (_, line) => (
            <Skeleton key={line} h={12} />
          ))}
        </Stack>
      ))}
    </Stack>
  );
}
