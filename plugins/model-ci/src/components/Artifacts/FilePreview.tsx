import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { useApi } from '@backstage/core-plugin-api';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import {
  useQueryData,
  useTableStyles,
} from '@model-ci/backstage-plugin-model-ci-react';
import { modelCiApiRef } from '../../api';
import { modelCiTranslationRef } from '../../translation';
import { ResourceView } from '../common';
import { previewOf, wantedBytes, type Preview } from './preview';

const useStyles = makeStyles(theme => ({
  text: {
    margin: 0,
    padding: theme.spacing(1.5),
    fontFamily: 'Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: '0.8rem',
    lineHeight: 1.5,
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: theme.shape.borderRadius,
    backgroundColor: theme.palette.background.default,
  },
  image: { display: 'block', maxWidth: '100%' },
  note: { marginTop: theme.spacing(1) },
}));

/** A file within an artifact, or a report, which is a file by itself. */
export interface PreviewedFile {
  digest: string;
  path: string;
  /** Whether `path` is one of the archive with the digest. */
  packed: boolean;
  /** Bytes, where they are known. */
  size?: number;
}

/** The beginning of a text or table, or an image; nothing in it is ever executed. */
export function FilePreview({ file }: { file: PreviewedFile }) {
  const api = useApi(modelCiApiRef);
  const preview = useQueryData({
    api,
    name: 'filePreview',
    scope: JSON.stringify([file.digest, file.packed && file.path]),
    load: async (signal): Promise<Preview> => {
      const { digest, path, packed, size } = file;
      const bytes = wantedBytes(path, size);
      if (bytes === 0) {
        return { type: 'none' };
      }
      const blob = packed
        ? await api.readArtifactFile(digest, path, { bytes }, { signal })
        : await api.readArtifact(digest, { bytes }, { signal });
      return await previewOf(path, blob, size);
    },
  });
  return (
    <ResourceView resource={preview}>
      {data => <PreviewView path={file.path} preview={data} />}
    </ResourceView>
  );
}

function PreviewView({ path, preview }: { path: string; preview: Preview }) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  switch (preview.type) {
    case 'image':
      return <img src={preview.url} alt={path} className={classes.image} />;
    case 'table':
      return (
        <>
          <RowsTable path={path} rows={preview.rows} />
          {preview.cut && <CutNote />}
        </>
      );
    case 'text':
      return (
        <>
          <pre className={classes.text}>{preview.text}</pre>
          {preview.cut && <CutNote />}
        </>
      );
    case 'empty':
      return (
        <Typography color="textSecondary">{t('files.emptyFile')}</Typography>
      );
    default:
      return (
        <Typography color="textSecondary">{t('files.noPreview')}</Typography>
      );
  }
}

function CutNote() {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  return (
    <Typography variant="body2" color="textSecondary" className={classes.note}>
      {t('files.cut')}
    </Typography>
  );
}

/* eslint-disable react/no-array-index-key -- rows and cells of a file have no other names */
function RowsTable({ path, rows }: { path: string; rows: string[][] }) {
  const classes = useTableStyles();
  const [head = [], ...body] = rows;
  return (
    <div className={classes.scroll}>
      <Table size="small" className={classes.table}>
        <caption>{path}</caption>
        <TableHead>
          <TableRow>
            {head.map((cell, column) => (
              <TableCell key={column}>{cell}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {body.map((cells, row) => (
            <TableRow key={row}>
              {cells.map((cell, column) => (
                <TableCell key={column}>{cell}</TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
