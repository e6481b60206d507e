import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import GetAppIcon from '@material-ui/icons/GetApp';
import { parseEntityRef } from '@backstage/catalog-model';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { saveBlob } from '../../download';
import { modelCiTranslationRef } from '../../translation';
import { ExplainedControl } from '../common';

const useStyles = makeStyles(theme => ({
  actions: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    marginLeft: 'auto',
  },
  error: { flexBasis: '100%' },
}));

type Document = 'modelCard' | 'provenance' | 'gateStatement';

/** What can be taken away of a version to be read elsewhere. */
export function VersionDownloads(props: {
  pipelineRef: string;
  version: number;
  /** Whether the portal has a key for what is signed. */
  canSign: boolean;
}) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const download = useDownload(props);
  const button = (what: Document) => {
    const lacksKey = what !== 'modelCard' && !props.canSign;
    return (
      <ExplainedControl
        reason={lacksKey ? t('version.noKey') : undefined}
        title={t(`version.${what}Help`)}
      >
        <Button
          size="small"
          variant="outlined"
          startIcon={<GetAppIcon />}
          onClick={() => {
            if (!download.pending) {
              download.run(what);
            }
          }}
        >
          {t(`version.${what}`)}
        </Button>
      </ExplainedControl>
    );
  };
  return (
    <>
      <div className={classes.actions}>
        {button('modelCard')}
        {button('provenance')}
        {button('gateStatement')}
      </div>
      {download.error && (
        <div className={classes.error}>
          <ErrorNotice
            error={download.error}
            title={t('common.actionFailed')}
            onClose={download.reset}
          />
        </div>
      )}
    </>
  );
}

function useDownload(props: { pipelineRef: string; version: number }) {
  const { pipelineRef, version } = props;
  const api = useApi(modelCiApiRef);
  const base = `${parseEntityRef(pipelineRef).name}-${version}`;
  const save = (text: string, file: string) =>
    saveBlob(new Blob([text]), `${base}${file}`);
  return useAction(async (what: Document) => {
    if (what === 'modelCard') {
      save(await api.lineage.modelCard(pipelineRef, version), '.md');
      return;
    }
    const statement = what === 'provenance' ? 'provenance' : 'gates';
    const envelope = await api.lineage.provenance(
      pipelineRef,
      version,
      statement,
    );
    save(JSON.stringify(envelope), `.${statement}.dsse.json`);
  });
}
