import { useId, useState, type FormEvent } from 'react';
import { useNavigate } from 'react-router-dom';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  MAX_PULL_REQUEST_DESCRIPTION,
  MAX_PULL_REQUEST_TITLE,
  type GitBranch,
  type GitRepository,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { gitHostApiRef } from '../../api';
import { pullRequestRouteRef } from '../../routes';
import { gitHostTranslationRef } from '../../translation';

/** Asks what to merge into what, then shows the request. */
export function OpenPullRequestDialog(props: {
  repository: GitRepository;
  branches: GitBranch[];
  onClose: () => void;
}) {
  const { branches, onClose, repository } = props;
  const { t } = useTranslationRef(gitHostTranslationRef);
  const api = useApi(gitHostApiRef);
  const id = useId();
  const navigate = useNavigate();
  const pathOf = useRouteRef(pullRequestRouteRef);
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [target, setTarget] = useState(repository.defaultBranch);
  const [source, setSource] = useState(
    // The one that was committed to last is the one that somebody works on.
    branches.find(({ isDefault }) => !isDefault)?.name ?? '',
  );
  const open = useAction(async () => {
    const { number } = await api.openPullRequest(repository.name, {
      title: title.trim(),
      ...(description.trim() && { description: description.trim() }),
      sourceBranch: source,
      targetBranch: target,
    });
    navigate(pathOf({ name: repository.name, number: String(number) }));
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    open.run();
  };
  return (
    <Dialog open onClose={onClose} aria-labelledby={id} fullWidth maxWidth="sm">
      <form onSubmit={submit}>
        <DialogTitle id={id}>{t('pullRequests.open')}</DialogTitle>
        <DialogContent>
          <BranchField
            label={t('pullRequest.source')}
            branches={branches}
            value={source}
            onChange={setSource}
          />
          <BranchField
            label={t('pullRequest.target')}
            branches={branches}
            value={target}
            onChange={setTarget}
          />
          <TextField
            id={`${id}-title`}
            label={t('pullRequest.title')}
            value={title}
            onChange={event => setTitle(event.target.value)}
            inputProps={{ maxLength: MAX_PULL_REQUEST_TITLE }}
            margin="normal"
            fullWidth
            required
          />
          <TextField
            id={`${id}-description`}
            label={t('pullRequest.description')}
            value={description}
            onChange={event => setDescription(event.target.value)}
            inputProps={{ maxLength: MAX_PULL_REQUEST_DESCRIPTION }}
            margin="normal"
            fullWidth
            multiline
            minRows={3}
            maxRows={12}
          />
          {open.error && (
            <ErrorNotice
              error={open.error}
              title={t('pullRequests.openFailed')}
            />
          )}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            type="submit"
            color="primary"
            variant="contained"
            disabled={open.pending || !title.trim() || source === target}
          >
            {t('pullRequests.submit')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function BranchField(props: {
  label: string;
  branches: GitBranch[];
  value: string;
  onChange: (name: string) => void;
}) {
  const { branches, label, onChange, value } = props;
  const id = useId();
  return (
    <TextField
      id={id}
      label={label}
      value={value}
      onChange={event => onChange(event.target.value)}
      margin="normal"
      fullWidth
      select
      SelectProps={{ native: true }}
    >
      {branches.map(({ name }) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </TextField>
  );
}
