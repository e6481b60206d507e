import { useId, useRef, useState } from 'react';
import Dialog from '@material-ui/core/Dialog';
import PlayArrowIcon from '@material-ui/icons/PlayArrow';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { modelCiTranslationRef } from '../../translation';
import { PermissionButton } from '../common';
import { StartRunForm } from './StartRunForm';

/** Starts a run at a branch, a tag or a commit that the user names, and goes to its page. */
export function StartRunButton(props: {
  pipelineRef: string;
  owner?: string;
  defaultBranch?: string;
  /** Fewer pixels, for a card's corner. */
  size?: 'small' | 'medium';
}) {
  const { pipelineRef, owner, defaultBranch, size } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const [open, setOpen] = useState(false);
  const titleId = useId();
  const refInput = useRef<HTMLInputElement>(null);

  return (
    <>
      <PermissionButton
        action="run"
        pipelineRef={pipelineRef}
        owner={owner}
        variant="contained"
        color="primary"
        size={size}
        startIcon={<PlayArrowIcon />}
        aria-label={t('runs.startLabel')}
        onClick={() => setOpen(true)}
      >
        {t('runs.start')}
      </PermissionButton>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        aria-labelledby={titleId}
        fullWidth
        maxWidth="sm"
        TransitionProps={{ onEntered: () => refInput.current?.focus() }}
      >
        <StartRunForm
          pipelineRef={pipelineRef}
          defaultBranch={defaultBranch}
          titleId={titleId}
          refInput={refInput}
          onClose={() => setOpen(false)}
        />
      </Dialog>
    </>
  );
}
