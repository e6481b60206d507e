import Grid from '@material-ui/core/Grid';
import { Caches } from '../Caches';
import { Secrets } from '../Secrets';
import { Tokens } from '../Tokens';

/** What the people of a pipeline give to its stages and to other CIs, and what its stages keep. */
export function Settings({ pipelineRef }: { pipelineRef: string }) {
  return (
    <Grid container direction="column" spacing={3} wrap="nowrap">
      <Grid item>
        <Secrets pipelineRef={pipelineRef} />
      </Grid>
      <Grid item>
        <Tokens pipelineRef={pipelineRef} />
      </Grid>
      <Grid item>
        <Caches pipelineRef={pipelineRef} />
      </Grid>
    </Grid>
  );
}
