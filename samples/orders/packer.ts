/** Packs parcels: one row for each, however often it is asked. */
import { type Service, serve, settingsFrom } from "./service.ts";

const routes = ({ app, database, log }: Service): void => {
  app.put("/parcels/:parcel", async (request, response) => {
    const { parcel } = request.params;
    await database.run(
      { operation: "INSERT", table: "parcels" },
      "INSERT INTO parcels (parcel) VALUES ($1) ON CONFLICT DO NOTHING",
      [parcel],
    );
    log("info", "parcel packed", { parcel });
    response.json({ parcel });
  });
};

await serve("packer", settingsFrom(process.env), routes);
