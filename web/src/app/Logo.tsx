/** Two overlapping rings: one case beside another that looks like it. */
export function Logo() {
  return (
    <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <circle cx="12.5" cy="16" r="8" fill="none" stroke="var(--similis-accent)" strokeWidth="2.5" />
      <circle cx="19.5" cy="16" r="8" fill="none" stroke="currentColor" strokeWidth="2.5" />
    </svg>
  );
}
