/** A grey drawing that stands for a film; the same path always gives the same one. */
export function picture(path: string): string {
  const seed = Array.from(path).reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const tilt = (seed % 17) - 8;
  const lung = 46 + (seed % 9);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 ${190 + (seed % 5) * 20}">
    <rect width="200" height="270" fill="#050505"/>
    <g transform="rotate(${tilt} 100 110)">
      <ellipse cx="100" cy="115" rx="85" ry="100" fill="#4a4a4a"/>
      <ellipse cx="60" cy="105" rx="${lung / 2}" ry="72" fill="#161616"/>
      <ellipse cx="140" cy="105" rx="${lung / 2 - 2}" ry="70" fill="#1a1a1a"/>
      <rect x="92" y="20" width="16" height="180" fill="#8a8a8a"/>
      <ellipse cx="115" cy="140" rx="32" ry="38" fill="#9a9a9a"/>
    </g>
  </svg>`;
}
