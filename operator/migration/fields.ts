/** Kinds of fields that several parts of the resource have. */
import { z } from "zod";

export const name = () =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);

export const url = () =>
  z
    .string()
    .max(2048)
    .regex(/^https?:\/\/[^\s]+$/);

/** As keys of a Secret may be. */
export const key = () =>
  z
    .string()
    .min(1)
    .max(253)
    .regex(/^[-._a-zA-Z0-9]+$/);
