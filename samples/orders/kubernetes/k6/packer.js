// Trial of packer: one parcel, packed again and again, which leaves one row behind.
import http from "k6/http";

export function item({ url, headers }) {
  return http.put(`${url}/parcels/trial`, null, { headers }).status === 200;
}
