//! Pages of boards, drawn and stepped.
