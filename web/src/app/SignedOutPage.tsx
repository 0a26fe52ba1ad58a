import { Code } from "@mantine/core";
import { Message } from "./Message";

export function SignedOutPage() {
  return (
    <Message title="Sign in again">
      Your session has ended; nothing in the archive was changed. Open the sign-in link printed in
      the terminal where <Code>similis serve</Code> runs. Each link works once: a fresh one is
      printed after it is used.
    </Message>
  );
}
