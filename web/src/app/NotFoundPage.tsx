import { Anchor } from "@mantine/core";
import { Link } from "react-router";
import { Message } from "./Message";

export function NotFoundPage() {
  return (
    <Message title="There is no such page">
      The address may be cut off or old. <Anchor component={Link} to="/" underline="always">Go to the search</Anchor>.
    </Message>
  );
}
