import { useState } from 'react';
import Accordion from '@material-ui/core/Accordion';
import AccordionDetails from '@material-ui/core/AccordionDetails';
import AccordionSummary from '@material-ui/core/AccordionSummary';
import Typography from '@material-ui/core/Typography';
import { makeStyles } from '@material-ui/core/styles';
import ExpandMoreIcon from '@material-ui/icons/ExpandMore';
import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { useCursorPaging, useDeliveries, useUrlState } from '../../hooks';
import { modelCiTranslationRef } from '../../translation';
import { Pager, ResourceView } from '../common';
import { DeliveriesTable } from './DeliveriesTable';

const PAGE_SIZE = 10;
const CURSOR = 'deliveries';

const useStyles = makeStyles(theme => ({
  root: { marginTop: theme.spacing(2) },
  details: { display: 'block', padding: 0 },
  note: { padding: theme.spacing(0, 2, 2) },
}));

interface OfPipeline {
  pipelineRef: string;
  owner?: string;
  sourceUrl?: string;
}

/** What the code host announced, and why that started runs or none; closed until somebody asks. */
export function DeliveriesCard(props: OfPipeline) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const { params } = useUrlState();
  const [isOpen, setOpen] = useState(params.has(CURSOR));
  return (
    <Accordion
      className={classes.root}
      expanded={isOpen}
      onChange={(_, open) => setOpen(open)}
    >
      <AccordionSummary expandIcon={<ExpandMoreIcon />}>
        <div>
          <Typography variant="h6" component="h2">
            {t('deliveries.title')}
          </Typography>
          <Typography variant="body2" color="textSecondary">
            {t('deliveries.description')}
          </Typography>
        </div>
      </AccordionSummary>
      <AccordionDetails className={classes.details}>
        {isOpen && <Deliveries {...props} />}
      </AccordionDetails>
    </Accordion>
  );
}

function Deliveries(props: OfPipeline) {
  const { t } = useTranslationRef(modelCiTranslationRef);
  const classes = useStyles();
  const { params } = useUrlState();
  const deliveries = useDeliveries(props.pipelineRef, {
    cursor: params.get(CURSOR) ?? undefined,
    limit: PAGE_SIZE,
  });
  const paging = useCursorPaging(deliveries.data?.nextCursor, CURSOR);
  return (
    <>
      <ResourceView resource={deliveries}>
        {({ items }) =>
          items.length > 0 ? (
            <DeliveriesTable
              {...props}
              deliveries={items}
              onChange={deliveries.reload}
            />
          ) : (
            <Typography color="textSecondary" className={classes.note}>
              {t('deliveries.empty')}
            </Typography>
          )
        }
      </ResourceView>
      <Pager paging={paging} />
    </>
  );
}
