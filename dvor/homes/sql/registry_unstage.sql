drop table if exists homes_registry_house, homes_registry_flat, homes_registry_refused;
