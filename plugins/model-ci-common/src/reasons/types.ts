import type { REASON_TEXTS } from './texts';

type Texts = typeof REASON_TEXTS;

type WithoutPlural<TKey extends string> = TKey extends `${infer TCode}_one`
  ? TCode
  : TKey extends `${infer TCode}_other`
  ? TCode
  : TKey;

/** A reason that this version can put into words. */
export type ReasonCode = WithoutPlural<keyof Texts>;

type TextOf<TCode extends ReasonCode> = Texts[Extract<
  keyof Texts,
  TCode | `${TCode}_one` | `${TCode}_other`
>];

type Placeholder<TText extends string> =
  TText extends `${string}{{${infer TBlank}}}${infer TRest}`
    ? TBlank | Placeholder<TRest>
    : never;

/** Of `count, number`, a number that has its thousands separated, `count`. */
type NameOf<TBlank extends string> = TBlank extends `${infer TName}, number`
  ? TName
  : TBlank;

/** What the words of a reason leave open. */
export type ParametersOf<TCode extends ReasonCode> = {
  [TBlank in Placeholder<
    TextOf<TCode>
  > as NameOf<TBlank>]: TBlank extends `${string}, number`
    ? number
    : ReasonParameter;
};

/** An amount, worded with its unit, or as the language writes numbers. */
export type Amount =
  | { number: number }
  | { bytes: number }
  | { seconds: number }
  /** A point of time, in ISO 8601. */
  | { time: string };

/** A part of a reason. Text is a name or somebody else's words; nobody translates it. */
export type ReasonParameter =
  | string
  | number
  | Amount
  | NestedReason
  | Array<string | NestedReason>;

/** A reason that is a part of another one. */
export interface NestedReason {
  code: string;
  parameters?: Record<string, ReasonParameter>;
}

/**
 * Why something is as it is: a code with parameters, which is put into words where it is shown, in the reader's language.
 */
export interface Reason extends NestedReason {
  /** In English; for logs, for scripts, and for readers who do not know the code. */
  text: string;
}
