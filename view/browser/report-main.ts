import './style.css';
import { showReport } from './report.tsx';

void showReport();
