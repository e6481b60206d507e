/** What Markdown, HTML, and tables of Markdown give a meaning to. */
const PUNCTUATION = /[\\`*_{}[\]<>()#!|~$&^]/g;
/** What hosts turn into links, mentions of people, and references to other things, once the text is read. */
const REFERENCES = /([@#!%&~$^[])(?=[\p{L}\p{N}_"'{-])/gu;
/** Addresses, issues as `GH-1` and `GL-1`, and pictures as `:name:`. */
const NAMED = /(:)(?=\/\/|[\w+-]+:)|\b(www|mailto|xmpp|gh|gl)(?=[.:-])/gi;
/** Shown as nothing, or turning what is around it. */
const INVISIBLE =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/gu;
const NOTHING = '\u200b';

/**
 * Text of a run, of which nobody knows who wrote it, as one line of Markdown that says exactly this: it formats nothing,
 * leads nowhere, notifies nobody, and ends no cell of a table.
 */
export function escapeText(text: string, max: number): string {
  const line = text.replace(INVISIBLE, ' ').replace(/\s+/g, ' ').trim();
  const characters = [...line];
  const short =
    characters.length > max
      ? `${characters.slice(0, max - 1).join('')}…`
      : line;
  return short
    .replace(REFERENCES, `$1${NOTHING}`)
    .replace(NAMED, `$1$2${NOTHING}`)
    .replace(PUNCTUATION, character => `&#${character.codePointAt(0)};`);
}
