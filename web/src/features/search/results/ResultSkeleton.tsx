import { Skeleton, Stack } from "@mantine/core";
import classes from "./ResultList.module.css";

const CARDS = 8;

/** Cards to come, in the size that they will have. */
export function ResultSkeleton() {
  return (
    <div className={classes.skeletons} aria-hidden="true">
      {Array.from({ length: CARDS }, (_, place) => (
        <div key={place} className={classes.skeleton}>
          <div className={classes.skeletonPicture} />
          <Stack gap={10} p="sm">
            <Skeleton h={16} w="70%" />
            <Skeleton h={12} w="50%" />
            <Skeleton h={12} />
            <Skeleton h={12} w="90%" />
          </Stack>
        </div>
      ))}
    </div>
  );
}
