import { Button, Center, Stack, Text } from "@mantine/core";
import { Component, type ReactNode } from "react";
import classes from "./CasePage.module.css";

type Props = { children: ReactNode };

/** A viewer that broke or did not load leaves the report and the rest of the page alone. */
export class ViewerBoundary extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <Center className={classes.nothing}>
        <Stack align="center" role="alert">
          <Text>The viewer could not be opened. The report and the header still can be read.</Text>
          <Button variant="default" onClick={() => window.location.reload()}>
            Load the page again
          </Button>
        </Stack>
      </Center>
    );
  }
}
