import { useId, useState } from 'react';
import Button from '@material-ui/core/Button';
import TextField from '@material-ui/core/TextField';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  MAX_DRAIN_SECONDS,
  type ComputeNode,
} from '@model-ci/backstage-plugin-model-ci-common';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';
import { ReasonDialog } from '../common';

const MAX_MINUTES = MAX_DRAIN_SECONDS / 60;

/** Closes a node for maintenance, and opens it again. Whoever may see nodes may do that. */
export function NodeActions(props: {
  node: ComputeNode;
  onChange: () => void;
}) {
  const { node, onChange } = props;
  const { t } = useTranslationRef(modelCiTranslationRef);
  const [open, setOpen] = useState<'close' | 'uncordon'>();
  const names = { node: node.name };
  const close = () => setOpen(undefined);
  return (
    <>
      {node.cordon && (
        <Button
          size="small"
          aria-label={t('nodes.uncordonLabel', names)}
          onClick={() => setOpen('uncordon')}
        >
          {t('nodes.act.uncordon')}
        </Button>
      )}
      {!node.cordon?.drain && (
        <Button
          size="small"
          aria-label={t('nodes.closeLabel', names)}
          onClick={() => setOpen('close')}
        >
          {t(node.cordon ? 'nodes.act.drain' : 'nodes.act.cordonOrDrain')}
        </Button>
      )}
      {open === 'close' && (
        <CordonDialog node={node} onChange={onChange} onClose={close} />
      )}
      {open === 'uncordon' && (
        <UncordonDialog node={node} onChange={onChange} onClose={close} />
      )}
    </>
  );
}

interface DialogProps {
  node: ComputeNode;
  onChange: () => void;
  onClose: () => void;
}

function CordonDialog({ node, onChange, onClose }: DialogProps) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const id = useId();
  const [minutes, setMinutes] = useState('');
  const deadline = readDeadline(minutes);
  const cordon = async (reason: string) => {
    await api.cordonNode(node.name, { reason });
    onChange();
  };
  const drain = async (reason: string) => {
    await api.drainNode(node.name, { reason, ...deadline });
    onChange();
  };
  return (
    <ReasonDialog
      title={t('nodes.cordonDialog.title', { node: node.name })}
      description={t('nodes.cordonDialog.description')}
      actions={[
        ...(node.cordon ? [] : [{ label: t('nodes.act.cordon'), act: cordon }]),
        {
          label: t('nodes.act.drain'),
          dangerous: true,
          disabled: !deadline,
          act: drain,
        },
      ]}
      onClose={onClose}
    >
      <TextField
        id={`${id}-minutes`}
        label={t('nodes.cordonDialog.minutes')}
        error={!deadline}
        helperText={
          deadline
            ? t('nodes.cordonDialog.minutesHelp')
            : t('nodes.cordonDialog.minutesInvalid', {
                max: String(MAX_MINUTES),
              })
        }
        value={minutes}
        onChange={event => setMinutes(event.target.value)}
        inputProps={{ inputMode: 'numeric' }}
        fullWidth
      />
    </ReasonDialog>
  );
}

/** Undefined for what is no number of minutes: nothing is cancelled because of a slip. */
function readDeadline(text: string): { timeoutSeconds?: number } | undefined {
  const written = text.trim();
  if (written === '') {
    return {};
  }
  return /^\d+$/.test(written) && Number(written) <= MAX_MINUTES
    ? { timeoutSeconds: Number(written) * 60 }
    : undefined;
}

function UncordonDialog({ node, onChange, onClose }: DialogProps) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const uncordon = async (reason: string) => {
    await api.uncordonNode(node.name, { reason });
    onChange();
  };
  return (
    <ReasonDialog
      title={t('nodes.uncordonDialog.title', { node: node.name })}
      description={t('nodes.uncordonDialog.description')}
      actions={[{ label: t('nodes.act.uncordon'), act: uncordon }]}
      onClose={onClose}
    />
  );
}
