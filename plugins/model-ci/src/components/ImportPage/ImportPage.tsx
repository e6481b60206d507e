import { useRef, useState } from 'react';
import Grid from '@material-ui/core/Grid';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import type {
  ImportInput,
  PipelineImport,
} from '@model-ci/backstage-plugin-model-ci-common';
import {
  ErrorNotice,
  useAction,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';
import { PageFrame } from '../ModelCiPage/PageFrame';
import { FindingsTable } from './FindingsTable';
import { ImportedDefinition } from './ImportedDefinition';
import { ImportForm } from './ImportForm';
import { selectLine } from './selectLine';

/** Makes a definition from the file of another system, beside what became of each line. */
export function ImportPage() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const api = useApi(modelCiApiRef);
  const [imported, setImported] = useState<PipelineImport>();
  const field = useRef<HTMLTextAreaElement>(null);
  const submit = useAction(async (input: ImportInput) => {
    setImported(await api.importPipeline(input));
  });
  return (
    <PageFrame title={t('import.title')}>
      <Grid container spacing={3}>
        <Grid item xs={12} md={imported ? 6 : 12}>
          <ImportForm
            field={field}
            pending={submit.pending}
            onChange={() => setImported(undefined)}
            onSubmit={submit.run}
          />
          {submit.error && <ErrorNotice error={submit.error} />}
        </Grid>
        {imported && (
          <>
            <Grid item xs={12} md={6}>
              <ImportedDefinition definition={imported.definition} />
            </Grid>
            <Grid item xs={12}>
              <FindingsTable
                findings={imported.findings}
                onLine={line => selectLine(field.current, line)}
              />
            </Grid>
          </>
        )}
      </Grid>
    </PageFrame>
  );
}
