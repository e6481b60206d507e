import { useEffect, useId, useRef, useState } from 'react';
import TextField, { type TextFieldProps } from '@material-ui/core/TextField';

const DELAY = 300;

/** A text field that reports once the user pauses, so that not every key makes a request. */
export function DebouncedTextField(
  props: Omit<TextFieldProps, 'value' | 'onChange' | 'variant'> & {
    value: string;
    onChange: (value: string) => void;
  },
) {
  const { value, onChange, ...rest } = props;
  const [text, setText] = useState(value);
  // Without one, the label belongs to nothing.
  const id = useId();
  const report = useRef(onChange);
  report.current = onChange;
  const reported = useRef(value);

  useEffect(() => {
    // Also follows a value that changed elsewhere: the back button, or "clear filters".
    if (value !== reported.current) {
      reported.current = value;
      setText(value);
    }
  }, [value]);

  useEffect(() => {
    if (text === reported.current) {
      return undefined;
    }
    const timer = setTimeout(() => {
      reported.current = text;
      report.current(text);
    }, DELAY);
    return () => clearTimeout(timer);
  }, [text]);

  return (
    <TextField
      id={id}
      {...rest}
      value={text}
      onChange={event => setText(event.target.value)}
      InputLabelProps={{ shrink: true }}
    />
  );
}
