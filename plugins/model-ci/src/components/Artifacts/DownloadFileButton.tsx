import Button from '@material-ui/core/Button';
import GetAppIcon from '@material-ui/icons/GetApp';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { saveBlob } from '../../download';
import { modelCiTranslationRef } from '../../translation';
import type { PreviewedFile } from './FilePreview';

/** Saves a file as it is. */
export function DownloadFileButton({ file }: { file: PreviewedFile }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const download = useAction(async () => {
    const { digest, path, packed } = file;
    const blob = packed
      ? await api.readArtifactFile(digest, path)
      : await api.downloadArtifact(digest);
    saveBlob(blob, path.split('/').pop() ?? path);
  });
  return (
    <>
      <Button
        size="small"
        startIcon={<GetAppIcon />}
        disabled={download.pending}
        aria-label={t('run.artifacts.downloadLabel', { name: file.path })}
        onClick={() => download.run()}
      >
        {t('run.artifacts.download')}
      </Button>
      {download.error && (
        <ErrorNotice
          error={download.error}
          title={t('common.actionFailed')}
          onClose={download.reset}
        />
      )}
    </>
  );
}
