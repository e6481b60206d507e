const UNITS = ['J', 'kJ', 'MJ', 'GJ'] as const;
const JOULES_PER_KWH = 3_600_000;

/** `14.4 kJ`; from a megajoule on, with what a meter would have counted. */
export function formatEnergy(joules: number, language?: string): string {
  const power = Math.min(
    UNITS.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, joules)) / 3)),
  );
  const write = (value: number) =>
    value.toLocaleString(language, { maximumSignificantDigits: 3 });
  const text = `${write(joules / 1000 ** power)} ${UNITS[power]}`;
  return power < 2 ? text : `${text} (${write(joules / JOULES_PER_KWH)} kWh)`;
}
