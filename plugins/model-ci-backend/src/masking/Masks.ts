import type {
  NestedReason,
  Reason,
  ReasonParameter,
} from '@model-ci/backstage-plugin-model-ci-common';
import { Automaton } from './Automaton';
import { MASK, MaskStream } from './MaskStream';
import { patternsOf } from './patterns';

/** Hides the secrets that an attempt or a service was given, wherever what it says is kept or shown. */
export class Masks {
  /** Of what was given none. */
  static readonly none = new Masks([]);
  /** Of what was given secrets that nobody can read any more: no word of it is shown. */
  static readonly everything = new Masks([], true);

  private readonly automaton: Automaton | undefined;

  constructor(values: Iterable<string>, private readonly hidesAll = false) {
    const patterns = patternsOf(values);
    this.automaton = patterns.length > 0 ? new Automaton(patterns) : undefined;
  }

  /** For bytes from a place of their source on; undefined where there is nothing to hide. */
  stream(start = 0): MaskStream | undefined {
    return this.automaton && new MaskStream(this.automaton, start);
  }

  text(text: string): string {
    if (this.hidesAll) {
      return MASK.toString();
    }
    const stream = this.stream();
    if (!stream) {
      return text;
    }
    const bytes = Buffer.from(text);
    const { data } = stream.add(bytes);
    const shown = Buffer.concat([data, stream.end().data]);
    // What hides nothing stays as it is, also a half of a character, which no bytes can hold
    return shown.equals(bytes) ? text : shown.toString('utf8');
  }

  /** A reason with every text in it masked; its code stays, by which it is worded. */
  reason(reason: Reason): Reason {
    return this.hidesNothing()
      ? reason
      : { ...this.nested(reason), text: this.text(reason.text) };
  }

  /** What an executor gave as a reason: words, or a reason. */
  said(said: string | Reason): string | Reason {
    return typeof said === 'string' ? this.text(said) : this.reason(said);
  }

  /** Bytes as they come, from their beginning to their end. */
  pipe(source: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
    const stream = this.stream();
    return stream ? maskAll(source, stream) : source;
  }

  private hidesNothing(): boolean {
    return !this.automaton && !this.hidesAll;
  }

  private nested({ code, parameters }: NestedReason): NestedReason {
    return {
      code,
      ...(parameters && {
        parameters: Object.fromEntries(
          Object.entries(parameters).map(([name, parameter]) => [
            name,
            this.parameter(parameter),
          ]),
        ),
      }),
    };
  }

  private parameter(parameter: ReasonParameter): ReasonParameter {
    if (typeof parameter === 'string') {
      return this.text(parameter);
    }
    if (Array.isArray(parameter)) {
      return parameter.map(item =>
        typeof item === 'string' ? this.text(item) : this.nested(item),
      );
    }
    return typeof parameter === 'object' && 'code' in parameter
      ? this.nested(parameter)
      : parameter;
  }
}

async function* maskAll(
  source: AsyncIterable<Buffer>,
  stream: MaskStream,
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    const { data } = stream.add(chunk);
    if (data.length > 0) {
      yield data;
    }
  }
  const { data } = stream.end();
  if (data.length > 0) {
    yield data;
  }
}
