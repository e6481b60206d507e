/** What a token of a machine lets it do with the pipelines that it is for. */
export const TOKEN_ACTIONS = ['report', 'gate', 'artifact', 'deploy'] as const;
export type TokenAction = (typeof TOKEN_ACTIONS)[number];

/** Days after which every token expires. */
export const MAX_TOKEN_DAYS = 366;
/** Pipelines that one token may be good for. */
export const MAX_TOKEN_PIPELINES = 100;

/** Body of `POST /pipelines/:namespace/:name/tokens`. */
export interface CreateMachineTokenInput {
  name: string;
  actions: TokenAction[];
  /** 90 without it. */
  expiresInDays?: number;
  /** Entity refs of pipelines that it is good for as well. */
  alsoFor?: string[];
}

/** What may be known of a token after it was made. */
export interface MachineToken {
  id: string;
  name: string;
  actions: TokenAction[];
  pipelineRefs: string[];
  /** The user in whose name it acts. */
  createdBy: string;
  createdAt: string;
  expiresAt: string;
  lastUsedAt?: string;
}

/** The only answer that ever holds the token itself. */
export interface CreatedMachineToken extends MachineToken {
  token: string;
}
