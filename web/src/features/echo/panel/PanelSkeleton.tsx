import { Skeleton, Text } from "@mantine/core";
import classes from "./Panel.module.css";

/** As high as what comes. */
export function PanelSkeleton() {
  return (
    <div className={classes.panel} role="status">
      <Text size="sm" c="dimmed">
        Measuring the heart…
      </Text>
      <Skeleton h={40} w="50%" />
      <Skeleton h={30} />
      <Skeleton h={130} />
      <Skeleton h={110} />
    </div>
  );
}
