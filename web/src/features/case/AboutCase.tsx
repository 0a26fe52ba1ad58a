import { Anchor, Badge, Group, Stack, Text, Title } from "@mantine/core";
import { Annotations } from "./Annotations";
import type { CaseData } from "./queries";

/** Labels, objects that are no images, and what people said. */
export function AboutCase({ data }: { data: CaseData }) {
  return (
    <Stack gap="lg">
      <Section title="Labels">
        {data.labels.length === 0 ? (
          <None>No labels came with this case.</None>
        ) : (
          <Group gap={6}>
            {data.labels.map((label) => (
              <Badge key={label} variant="light" color="gray" tt="none">
                {label}
              </Badge>
            ))}
          </Group>
        )}
      </Section>
      <Section title="Attachments">
        {data.attachments.length === 0 ? (
          <None>There are no other objects.</None>
        ) : (
          data.attachments.map((one) => <Attachment key={one.instanceUid} attachment={one} />)
        )}
      </Section>
      <Section title="Notes">
        <Annotations studyUid={data.studyUid} annotations={data.annotations} />
      </Section>
    </Stack>
  );
}

function Attachment({ attachment }: { attachment: CaseData["attachments"][number] }) {
  const { title, modality, sopClass, original } = attachment;
  return (
    <div>
      <Text size="sm">{title || sopClass}</Text>
      <Text size="xs" c="dimmed">
        {[modality, sopClass].filter(Boolean).join(" · ")}
      </Text>
      {original && (
        <Anchor href={original} size="xs" download aria-label={`Download ${title || sopClass}`}>
          Download
        </Anchor>
      )}
    </div>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={2} size="h5" mb={6}>
        {title}
      </Title>
      <Stack gap="xs">{children}</Stack>
    </section>
  );
}

export function None({ children }: { children: string }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}
