import { useEffect, useState } from 'react';
import IconButton from '@material-ui/core/IconButton';
import Tooltip from '@material-ui/core/Tooltip';
import CheckIcon from '@material-ui/icons/Check';
import FileCopyIcon from '@material-ui/icons/FileCopyOutlined';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import useCopyToClipboard from 'react-use/esm/useCopyToClipboard';
import { modelCiReactTranslationRef } from '../translation';

/** Copies a text; `label` says which. */
export function CopyButton(props: { text: string; label: string }) {
  const { t } = useTranslationRef(modelCiReactTranslationRef);
  const [, copy] = useCopyToClipboard();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) {
      return undefined;
    }
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);

  return (
    <Tooltip title={copied ? t('copy.copied') : t('copy.copy')}>
      <IconButton
        size="small"
        aria-label={props.label}
        onClick={() => {
          copy(props.text);
          setCopied(true);
        }}
      >
        {copied ? (
          <CheckIcon fontSize="inherit" />
        ) : (
          <FileCopyIcon fontSize="inherit" />
        )}
      </IconButton>
    </Tooltip>
  );
}
