"""People: parametric CC0 bodies, their clothes and hair, posed and handed to the renderer as meshes."""
