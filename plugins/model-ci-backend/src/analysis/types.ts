import type {
  DifferenceRequest,
  ExamplePage,
  LedgerAnswers,
  LedgerRequest,
  PageRequest,
  PairedDifference,
} from '../comparison/types';
import type { MeasuredSlices, SliceRequest } from '../examples/measureSlices';
import type { JudgedGate, StageEvidence } from '../gates/types';
import type { Compared, ParityQuestion } from '../parity/types';

/** What takes long where there are many examples. Pure: asked again, each answers the same. */
export interface Analyses {
  judge(evidence: StageEvidence): Promise<JudgedGate[]>;
  measureSlices(request: SliceRequest): Promise<MeasuredSlices>;
  compareEnvironments(question: ParityQuestion): Promise<Compared>;
  page(request: PageRequest): Promise<ExamplePage>;
  difference(request: DifferenceRequest): Promise<PairedDifference>;
  ledger(request: LedgerRequest): Promise<LedgerAnswers>;
}
