import { Center } from "@mantine/core";
import { Waiting } from "../ui/Waiting";

export function PageLoader() {
  return (
    <Center component="main" mih="calc(100dvh - var(--similis-header))">
      <Waiting label="Loading" />
    </Center>
  );
}
