import { Center, Loader } from "@mantine/core";

export function PageLoader() {
  return (
    <Center component="main" mih="60vh">
      <Loader aria-label="Loading" />
    </Center>
  );
}
