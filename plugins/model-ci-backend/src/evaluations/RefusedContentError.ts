/** What a stage left behind is not acceptable; the stage is to blame, not the platform. */
export class RefusedContentError extends Error {
  readonly problem: string;

  constructor(problem: string) {
    super(problem);
    this.name = 'RefusedContentError';
    this.problem = problem;
  }
}
