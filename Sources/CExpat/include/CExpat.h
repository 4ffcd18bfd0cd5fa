#ifndef CEXPAT_H
#define CEXPAT_H

// Expat as it is; its one client is ClusterOps/Reports/XMLReader.swift.
#include <expat.h>

#endif
