import { Center } from "@mantine/core";
import { Waiting } from "../ui/Waiting";

export function PageLoader() {
  return (
    <Center component="main" mih="60vh">
      <Waiting label="Loading" />
    </Center>
  );
}
