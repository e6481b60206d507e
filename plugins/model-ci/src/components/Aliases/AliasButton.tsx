import { useState, type ReactNode } from 'react';
import { PermissionButton, ReasonDialog } from '../common';

/** Asks for a reason, which is recorded, and changes an alias. */
export function AliasButton(props: {
  pipelineRef: string;
  owner?: string;
  label: string;
  variant?: 'outlined';
  dialog: {
    title: string;
    description: string;
    act: string;
    dangerous?: boolean;
    /** What is to be filled in besides the reason. */
    fields?: ReactNode;
  };
  change(reason: string): Promise<void>;
  onChange: () => void;
}) {
  const { pipelineRef, owner, label, variant, dialog } = props;
  const [open, setOpen] = useState(false);
  const act = async (reason: string) => {
    await props.change(reason);
    props.onChange();
  };
  return (
    <>
      <PermissionButton
        action="deploy"
        pipelineRef={pipelineRef}
        owner={owner}
        size="small"
        variant={variant}
        onClick={() => setOpen(true)}
      >
        {label}
      </PermissionButton>
      {open && (
        <ReasonDialog
          title={dialog.title}
          description={dialog.description}
          actions={[{ label: dialog.act, dangerous: dialog.dangerous, act }]}
          onClose={() => setOpen(false)}
        >
          {dialog.fields}
        </ReasonDialog>
      )}
    </>
  );
}
