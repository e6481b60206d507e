/** A commit that spoils one thing, and the gate that has to see it. */
export interface Break {
  /** The gate that fails, or the stage, where it is not a gate that has to see it. */
  gate:
    | { metric: string; slice?: string; baseline?: string }
    | { stage: string };
  path: string;
  change(text: string): string;
}

/** A template whose gates are shown to stop what they are meant to stop. */
export interface GatedTemplate {
  /** The files of its data sets. */
  data: string[];
  /** How many verdicts its first version has, in all stages that another CI runs. */
  verdicts: number;
  breaks: Record<string, Break>;
  /** The stage that only the portal executes, on several machines, and what its own gates have to stop. */
  onMachines?: {
    stage: string;
    /** Machines that are all fast enough, however busy the one of the test is. */
    sound: Omit<Break, 'gate'>;
    breaks: Record<string, Break>;
  };
}

export const replace = (from: string, to: string) => (text: string) =>
  text.replaceAll(from, to);

/** Changes a column of a CSV file in the rows that are chosen. */
export const inRows =
  (
    chosen: (row: Record<string, string>) => boolean,
    column: string,
    value: (old: string) => string,
  ) =>
  (text: string) => {
    const [head, ...rows] = text.trimEnd().split('\n');
    const names = head.split(',');
    const changed = rows.map(line => {
      const cells = line.split(',');
      const row = Object.fromEntries(
        names.map((name, at) => [name, cells[at]]),
      );
      return chosen(row)
        ? names
            .map(name => (name === column ? value(row[name]) : row[name]))
            .join(',')
        : line;
    });
    return [head, ...changed, ''].join('\n');
  };
