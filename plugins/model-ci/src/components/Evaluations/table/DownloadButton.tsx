import type { ReactNode } from 'react';
import Button from '@material-ui/core/Button';
import GetAppIcon from '@material-ui/icons/GetApp';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { saveBlob } from '../../../download';

/** Saves a file that is made when it is asked for. */
export function DownloadButton(props: {
  load(): Promise<Blob>;
  fileName: string;
  children: ReactNode;
}) {
  const { load, fileName, children } = props;
  const { run, pending, error } = useAction(async () =>
    saveBlob(await load(), fileName),
  );
  return (
    <>
      {error && <ErrorNotice error={error} />}
      <Button
        size="small"
        variant="outlined"
        startIcon={<GetAppIcon />}
        disabled={pending}
        onClick={() => run()}
      >
        {children}
      </Button>
    </>
  );
}
