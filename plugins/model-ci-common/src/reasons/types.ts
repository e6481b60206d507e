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
  TText extends `${string}{{${infer TName}}}${infer TRest}`
    ? TName | Placeholder<TRest>
    : never;

/** What the words of a reason leave open. */
export type ParametersOf<TCode extends ReasonCode> = {
  [TName in Placeholder<TextOf<TCode>>]: TName extends 'count'
    ? number
    : ReasonParameter;
};

/** An amount, worded with its unit. */
export type Amount =
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
