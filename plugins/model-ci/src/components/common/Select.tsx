import { useId, type ReactNode } from 'react';
import FormControl from '@material-ui/core/FormControl';
import InputLabel from '@material-ui/core/InputLabel';
import NativeSelect from '@material-ui/core/NativeSelect';

/** A labelled choice; its children are the options. */
export function Select(props: {
  label: string;
  value: string;
  className?: string;
  onChange(value: string): void;
  children: ReactNode;
}) {
  const { label, value, className, onChange, children } = props;
  const id = useId();
  return (
    <FormControl className={className}>
      <InputLabel htmlFor={id} shrink>
        {label}
      </InputLabel>
      <NativeSelect
        id={id}
        value={value}
        onChange={event => onChange(event.target.value)}
      >
        {children}
      </NativeSelect>
    </FormControl>
  );
}
