import { Container, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

type Props = { title: string; children: ReactNode };

/** A whole page that says one thing. */
export function Message({ title, children }: Props) {
  useDocumentTitle(`${title} – Similis`);
  return (
    <Container component="main" id="main" size="sm" py={80}>
      <Stack gap="md" align="flex-start">
        <Title order={1} size="h2">
          {title}
        </Title>
        <Text component="div" c="dimmed" maw="60ch">
          {children}
        </Text>
      </Stack>
    </Container>
  );
}
