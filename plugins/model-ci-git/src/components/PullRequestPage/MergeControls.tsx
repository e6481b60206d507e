import { useState } from 'react';
import Button from '@material-ui/core/Button';
import MenuItem from '@material-ui/core/MenuItem';
import TextField from '@material-ui/core/TextField';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { usePermission } from '@backstage/plugin-permission-react';
import {
  blockedBy,
  type GitPullRequestDetails,
  gitRepositoryBypassPermission,
  MERGE_METHODS,
  type MergeMethod,
} from '@model-ci/backstage-plugin-model-ci-common';
import { gitHostTranslationRef } from '../../translation';
import { BypassDialog } from './BypassDialog';

/** How to merge a request, and the button for it: that of who may bypass where runs are in the way. */
export function MergeControls(props: {
  repository: string;
  request: GitPullRequestDetails;
  pending: boolean;
  onMerge: (merge: { method: MergeMethod; bypassReason?: string }) => void;
}) {
  const { onMerge, pending, repository, request } = props;
  const { mergeability, protection, state } = request;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const [method, setMethod] = useState<MergeMethod>('merge');
  const isBlocked = protection ? blockedBy(protection).length > 0 : false;
  const { type = 'unknown' } = mergeability ?? {};
  if (state !== 'open' || type === 'conflicts' || type === 'nothing') {
    return null;
  }
  return (
    <>
      <TextField
        select
        size="small"
        value={method}
        inputProps={{ 'aria-label': t('pullRequest.merge.method') }}
        onChange={({ target }) =>
          setMethod(MERGE_METHODS.find(each => each === target.value) ?? method)
        }
      >
        {MERGE_METHODS.filter(
          each => each === 'merge' || type === 'fast-forward',
        ).map(each => (
          <MenuItem key={each} value={each}>
            {t(`pullRequest.merge.${each}`)}
          </MenuItem>
        ))}
      </TextField>
      <Button
        variant="contained"
        color="primary"
        disabled={pending || isBlocked}
        onClick={() => onMerge({ method })}
      >
        {t('pullRequest.merge.button')}
      </Button>
      {isBlocked && (
        <BypassButton
          repository={repository}
          pending={pending}
          onBypass={bypassReason => onMerge({ method, bypassReason })}
        />
      )}
    </>
  );
}

/** Asks for the reason. Whoever may not bypass does not see it. */
function BypassButton(props: {
  repository: string;
  pending: boolean;
  onBypass: (reason: string) => void;
}) {
  const { onBypass, pending, repository } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const [isAsking, setAsking] = useState(false);
  const { allowed } = usePermission({
    permission: gitRepositoryBypassPermission,
    resourceRef: repository,
  });
  if (!allowed) {
    return null;
  }
  return (
    <>
      <Button
        variant="outlined"
        disabled={pending}
        onClick={() => setAsking(true)}
      >
        {t('pullRequest.bypass.button')}
      </Button>
      {isAsking && (
        <BypassDialog
          onClose={() => setAsking(false)}
          onBypass={reason => {
            setAsking(false);
            onBypass(reason);
          }}
        />
      )}
    </>
  );
}
