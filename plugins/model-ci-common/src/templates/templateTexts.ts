import type { JsonObject, JsonValue } from '@backstage/types';

/** Gives a text in another language, or the text itself. */
export type TranslateText = (text: string) => string;

/** The keys under which a form holds a text, wherever they are in it. */
const TEXT_KEYS = new Set([
  'title',
  'description',
  'ui:title',
  'ui:description',
  'ui:help',
  'ui:placeholder',
  'backButtonText',
  'createButtonText',
  'reviewButtonText',
]);

/** The same for lists and tables of texts. */
const TEXTS_KEYS = new Set(['enumNames', 'ui:enumNames', 'errorMessage']);

/** What is compared or sent, and never shown. */
const VALUE_KEYS = new Set(['const', 'enum', 'examples']);

/**
 * A form, links, or any other part of a template with its texts translated. What is not a text stays as it is. A default is
 * a text where people may write another one.
 */
export function translateTexts<T>(value: T, translate: TranslateText): T {
  return translateIn(value as JsonValue, translate) as T;
}

function translateIn(value: JsonValue, translate: TranslateText): JsonValue {
  if (Array.isArray(value)) {
    return value.map(item => translateIn(item, translate));
  }
  if (!isObject(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => {
      if (VALUE_KEYS.has(key) || part === undefined) {
        return [key, part];
      }
      if (TEXTS_KEYS.has(key)) {
        return [key, translateAll(part, translate)];
      }
      const isText =
        TEXT_KEYS.has(key) || (key === 'default' && isWritten(value));
      return [
        key,
        typeof part === 'string' && isText
          ? translate(part)
          : translateIn(part, translate),
      ];
    }),
  );
}

function translateAll(value: JsonValue, translate: TranslateText): JsonValue {
  if (typeof value === 'string') {
    return translate(value);
  }
  if (Array.isArray(value)) {
    return value.map(item => translateAll(item, translate));
  }
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([key, part]) => [
          key,
          part === undefined ? part : translateAll(part, translate),
        ]),
      )
    : value;
}

/** Whether a field takes a text of one's own, rather than one of some values or a reference. */
function isWritten(field: JsonObject): boolean {
  return field.type === 'string' && !field.enum && !field['ui:field'];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The languages that a template is translated into, by `spec.translations`. */
export function templateLanguages(template: { spec?: JsonObject }): string[] {
  const translations = template.spec?.translations;
  return isObject(translations) ? Object.keys(translations) : [];
}

/**
 * A template's texts in a language by the English ones: from one table, or from several, of which later ones go first. Answers
 * nothing where the template is not translated into it.
 */
export function templateTexts(
  template: { spec?: JsonObject },
  language: string,
): ReadonlyMap<string, string> | undefined {
  const { translations } = template.spec ?? {};
  if (!isObject(translations) || !Object.hasOwn(translations, language)) {
    return undefined;
  }
  return new Map(
    [translations[language]]
      .flat()
      .filter(isObject)
      .flatMap(table => Object.entries(table))
      .filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
  );
}

/** Every text of a template that people see, besides what steps write into the log. */
export function listTemplateTexts(template: {
  metadata?: JsonObject;
  spec?: JsonObject;
}): string[] {
  const texts = new Set<string>();
  const collect = (text: string) => {
    // What is put together in the portal cannot be looked up.
    if (!text.includes('${{')) {
      texts.add(text);
    }
    return text;
  };
  const { title, description } = template.metadata ?? {};
  const { parameters, presentation, steps, output } = template.spec ?? {};
  translateTexts({ title, description }, collect);
  translateTexts([parameters ?? [], presentation ?? {}, output ?? {}], collect);
  for (const step of Array.isArray(steps) ? steps : []) {
    if (isObject(step) && typeof step.name === 'string') {
      collect(step.name);
    }
  }
  return [...texts];
}
