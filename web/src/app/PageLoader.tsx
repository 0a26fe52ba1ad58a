import { Center } from "@mantine/core";
import { Waiting } from "../ui/Waiting";

export function PageLoader() {
  return (
    <Center component="main" mih="calc(100dvh - 3.25rem)">
      <Waiting label="Loading" />
    </Center>
  );
}
