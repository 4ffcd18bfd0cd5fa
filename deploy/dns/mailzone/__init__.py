"""The site's DNS records: what zone.yaml says, made concrete for one site and one stage."""
